"""What apk would do: pure, without I/O."""
