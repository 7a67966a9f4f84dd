"""The Auth Service, asked over gRPC."""
