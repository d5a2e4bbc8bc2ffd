"""A tasks API that verifies Countersign access tokens by itself."""
