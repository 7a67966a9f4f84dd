"""Made from proto/auth/v1/auth.proto by `python -m auth.generate`. Not edited."""
