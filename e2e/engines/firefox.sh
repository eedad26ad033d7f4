#!/bin/sh
# Playwright tells Firefox to end altogether when the process of one page is killed.
unset MOZ_CRASHREPORTER_SHUTDOWN
exec "${ONESOCKET_FIREFOX:-firefox-esr}" "$@"
