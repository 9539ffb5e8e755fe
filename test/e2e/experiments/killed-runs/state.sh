# What a host has come to; the same after every run that got to its end.
cat /srv/log /srv/shop/log 2>&1 | grep -v handled | sort | uniq -c
grep -q handled /srv/log && echo handled
cat /run/shop.loaded
cmp /run/shop.loaded /etc/shop.conf 2>&1
sha256sum /srv/a /srv/b /srv/c /srv/d
cat /etc/shop.hosts
readlink /srv/link
crontab -l
systemctl is-active till
systemctl is-enabled till
systemctl show -P NeedDaemonReload till
find /srv /root /var/spool/cron -printf '%p %u %g %m\n' | sort
find /etc /tmp -name '*rolecall*'
ls /run/lock/*rolecall* /var/lib/rolecall/owed/* 2>/dev/null
:
