"""The door for every other process: HTTP, and GraphQL requests with a key.

::

    server            ``Server``: what ``AppSync.serve`` returns
    environment       the environment of a child process that uses it
    listening         a socket, and a thread for each connection
    connection        one connection: HTTP read and written, by the standard library
    requests          what a connection has read, and the kinds of replies
    door              which of the three below a request is for
      calls           AppSync's operations
      api_endpoint    GraphQL requests and publishing with a key
        publishing    what an Event API takes
        refusal       how AppSync refuses such a request
      control         the simulation, scripted and looked at over HTTP
"""
