"""The Centrifuge client protocol without sockets: messages, codecs and wires."""
