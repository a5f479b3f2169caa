"""How gunicorn serves the application: its log lines, also those of ``--access-logfile``, carry no link's secret."""

import logging

from gunicorn.config import Config
from gunicorn.glogging import Logger

from rules.secret_addresses import without_secrets


def _mask(record: logging.LogRecord) -> bool:
    record.msg, record.args = without_secrets(record.getMessage()), ()
    return True


class DiscreetLogger(Logger):
    """Gunicorn's own, whose every line is read once more before it is written."""

    def setup(self, cfg: Config) -> None:
        super().setup(cfg)
        for log in (self.error_log, self.access_log):
            log.addFilter(_mask)


logger_class = DiscreetLogger
