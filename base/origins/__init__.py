"""Where imported and demonstration rows came from."""
