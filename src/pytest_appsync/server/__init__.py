"""The door for every other process: HTTP, and GraphQL requests with a key.

::

    listening   a socket, and a thread for each connection
    connection  one connection: HTTP read and written, by the standard library
    door        which of the three below a request is for
      calls     AppSync's operations, for the simulation
      graphql   GraphQL requests and publishing with a key, at an API's endpoint
        publishing  what an Event API takes
      control   the simulation, scripted and looked at over HTTP
    server      ``Server``: what ``AppSync.serve`` returns
"""
