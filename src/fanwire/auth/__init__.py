"""Who a connection speaks for, and which web pages may open one."""
