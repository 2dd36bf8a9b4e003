"""Speaking OpenID Connect with providers: what they say of themselves, their keys, tokens, and the way there."""
