"""The TypeScript server's client, symbol context, and the endpoint that specialists talk to."""
