"""Our sender, and the made-up provider that other tests lean on, held to what nobody
here wrote: Twilio's own description of its interface, by a proxy that validates both
sides of every exchange, and callbacks signed by an emulator. `make contract` runs it.

It needs Node with npm, and the description, which is not part of this repository: its
place is in TWILIO_CONTRACT. Where either is missing it says so and does nothing.
"""
