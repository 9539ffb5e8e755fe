import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { Tmux } from './support/tmux.ts';

const script = fileURLToPath(new URL('./support/show.ts', import.meta.url));
let tmux: Tmux | undefined;

function show(columns: number, rows: number, ...words: string[]): Tmux {
  tmux = new Tmux(`t${columns}x${rows}`, columns, rows, [process.execPath, script, ...words]);
  return tmux;
}

afterEach(() => {
  tmux?.kill();
  tmux = undefined;
});

describe.skipIf(!Tmux.isInstalled())('the live view in a terminal', { timeout: 60_000 }, () => {
  test('80×24, 4 hosts: a failure in sight above the hosts', async () => {
    // stops in the middle of the second task, after its third host failed
    const screen = await show(80, 24, '4', 'quick', 'stop-at=28', 'hold').until(/✖ web3/);
    expect(withoutTimes(screen)).toBe(
      `
  changed       Install nginx · web1, web2, web3, web4
                package nginx: absent → 1.26.3-3
  failed        web3  nginx -t refused the new configuration, the old file is
                      still in place
      task      Write the site (template)
      expected  status 0 of: nginx -t
      stderr    nginx: [emerg] unknown directive "sever_name" in
                /etc/nginx/sites-enabled/demo:4
                nginx: configuration file /etc/nginx/nginx.conf test failed
      at        playbooks/demo.yml:19
      next      Correct templates/demo.conf.j2 at the directive named above.
── Web servers · 4 hosts ─────────────────────────────────────────────── T s ──
✖ web3  Write the site: nginx -t refused the new configuration, the old file is
        still in place
  host    ok  changed  skipped  failed  task
± web1     2        2        0       0  Write the site
± web2     2        2        0       0  Write the site
✖ web3     1        1        0       1  Write the site
▸ web4     1        1        0       0  Write the site
S Write the site  ████████████░░░░  3/4 hosts`
        .trimStart()
        .replace(/^/, '  '),
    );
  });

  test('80×24, 60 hosts: grouped, calm, and nothing but whole lines in the history', async () => {
    const terminal = show(80, 24, '60');
    const frames = new Set<string>();
    for (let look = 0; look < 25; look++) {
      const screen = terminal.screen();
      if (/✔ done/.test(screen)) frames.add(screen);
      await new Promise((resolve) => setTimeout(resolve, 120));
    }
    expect(frames.size).toBeGreaterThan(3);
    for (const frame of frames) {
      const lines = frame.split('\n');
      expect(lines.filter((line) => line.startsWith('── Web servers'))).toHaveLength(1);
      expect(lines.at(-1)).toMatch(/^[⠋⠙⠹⠸⠼⠴⠦⠧] .* \d+\/\d+ hosts|getting ready/);
      expect(
        lines.filter((line) =>
          /^[^ ] (connecting|waiting|running|done|failed|unreachable) /.test(line),
        ),
      ).toHaveLength(6);
    }
    const all = await terminal.until(/\[ended 0\]/, true);
    expect(all).not.toMatch(/── Web servers|[█░]|^. running/m);
    expect(all).toContain('  failed        web07  nginx -t refused the new configuration');
    expect(all).toContain('  failed        web19: Write the site, the same as on web07');
    expect(all).toContain('27 hosts (web01 …)      5        5        0       0            0');
    expect(terminal.cursorIsShown()).toBe(true);
  });

  test('what changed stays in the history with its diff, told once for all hosts', async () => {
    const all = await show(80, 24, '4', 'quick', 'diff', 'check').until(/\[ended 0\]/, true);
    expect(all).toContain(`
  would change  Write the site · web1, web2, web4
                /etc/nginx/sites-available/demo: content, mode 0644
      --- /etc/nginx/sites-available/demo (before)
      +++ /etc/nginx/sites-available/demo (after)
      @@ -1,3 +1,4 @@
       server {
         listen 80;
      +  server_name demo;
       }
`);
    expect(all).not.toContain('── Web servers');
  });

  test('an interruption leaves a sane terminal', async () => {
    const terminal = show(80, 24, '4', 'quick', 'stop-at=28', 'hold');
    await terminal.until(/✖ web3/);
    expect(terminal.cursorIsShown()).toBe(false);
    terminal.press('C-c');
    await terminal.until(/\[ended 130\]/);
    expect(terminal.cursorIsShown()).toBe(true);
    expect(terminal.screen()).not.toContain('── Web servers');
  });

  test('it follows the size of the terminal', async () => {
    const terminal = show(80, 24, '4', 'quick', 'stop-at=28', 'hold');
    await terminal.until(/✖ web3/);
    terminal.resize(50, 24);
    const narrow = await terminal.until(/^── Web servers · 4 hosts ─{10,25} \d+ s ──$/m);
    expect(narrow.match(/── Web servers/g)).toHaveLength(1);
    terminal.resize(100, 30);
    const wide = await terminal.until(/^── Web servers · 4 hosts ─{60,80} \d+ s ──$/m);
    expect(wide.match(/── Web servers/g)).toHaveLength(1);
    expect(wide.match(/^. web4 /gm)).toHaveLength(1);
  });
});

/** What depends on when one looks. */
function withoutTimes(screen: string): string {
  return screen.replace(/ \d+ s ──$/m, ' T s ──').replace(/^[⠋⠙⠹⠸⠼⠴⠦⠧]/m, 'S');
}
