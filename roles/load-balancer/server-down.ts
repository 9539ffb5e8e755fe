/**
 * Cuts the sessions of a server that went down; requests to one that hangs would hang for `timeout server`.
 * HAProxy's own `on-marked-down shutdown-sessions` does it while requests may still be on their way to the
 * server, and fails those instead of trying them elsewhere: hence the pause.
 */
export const serverDownLua = `-- Written by rolecall, role load-balancer; changes made here are lost.
core.event_sub({"SERVER_DOWN"}, function(event, data)
  core.msleep(100)
  if data.reference then data.reference:shut_sess() end
end)
`;
