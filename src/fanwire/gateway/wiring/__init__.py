"""Where the realtime rooms meet the database: implementations of ``fanwire.realtime.ports`` over inbox and access."""
