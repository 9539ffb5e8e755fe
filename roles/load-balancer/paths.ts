/** Debian's socket of the running HAProxy, level admin. */
export const adminSocket = '/run/haproxy/admin.sock';

/** What servers were like just before a reload; there only while one is under way. */
export const stateFile = '/run/haproxy-server-state';

export const configFile = '/etc/haproxy/haproxy.cfg';

/** What is done when a server goes down. */
export const downScript = '/etc/haproxy/rolecall-server-down.lua';
