# Takes away what the playbook makes, and puts there what it changes.
systemctl disable --now -q till 2>/dev/null
rm -rf /srv/* /etc/systemd/system/till.service /var/lib/rolecall/owed /etc/shop.hosts
crontab -r 2>/dev/null
userdel shop 2>/dev/null
groupdel sellers 2>/dev/null
set -e
for f in a b c d; do echo old >/srv/$f; done
touch /srv/old /srv/mode
chmod 644 /srv/mode
chown root: /srv/mode
echo '192.0.2.1 stock' >/etc/shop.hosts
echo 'version = 0' >/etc/shop.conf
cat >/etc/systemd/system/shop.service <<'UNIT'
[Service]
ExecStart=/bin/sh -c 'cp /etc/shop.conf /run/shop.loaded; exec sleep infinity'
ExecReload=/bin/cp /etc/shop.conf /run/shop.loaded
UNIT
systemctl daemon-reload
systemctl restart shop
