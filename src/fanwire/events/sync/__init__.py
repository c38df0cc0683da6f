"""The event functions for code without a loop: Celery tasks, Django views, scripts. Same names, same arguments."""
