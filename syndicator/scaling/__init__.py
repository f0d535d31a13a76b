"""The jobs as tasks of Procrastinate, on the PostgreSQL that holds the store: many machines work on one store.

::

    jobs.py        which jobs there are: queue, locks, priority
    queue.py       putting them there; all SQL on Procrastinate's tables
    dispatcher.py  called by the store: deferred in the transaction of the data that calls for them
    tasks.py       what each does: the functions of `pipeline`, and what becomes of a job that could not be done
    gathering.py   many translate jobs into full batches
    schedule.py    what the store says is left to do, and has no job; jobs of workers that died
    shift.py       all of that under the same settings, on one event loop
    worker.py      `syndicator worker`, and `syndicator daemon` on PostgreSQL: signals, settings, standing by
"""
