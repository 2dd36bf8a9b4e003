"""A believable network for a first look; everything in it is made up and can be removed."""
