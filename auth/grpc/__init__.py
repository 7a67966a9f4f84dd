"""The Auth Service as gRPC: proto/auth/v1/auth.proto, its calls, its server."""
