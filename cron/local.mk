# cron: what is built here.
