import { dirname } from 'node:path';
import type { DriftSettings } from '../settings.ts';
import { cronTimes } from './cron-times.ts';
import { markerOf, type WatchCall, wordsOf } from './watch-call.ts';

export interface ClusterOptions {
  /** Has rolecall and the site in it. */
  readonly image: string;
  /** The secret with the login key (`id_ed25519`) and `known_hosts`. */
  readonly sshSecret: string;
}

/** A CronJob and the volume for its state; all paths of the call are those of the image. */
export function kubernetesYaml(
  { schedule }: DriftSettings,
  call: WatchCall,
  { image, sshSecret }: ClusterOptions,
): string {
  const times = cronTimes(schedule, 'Run `drift watch` in a Deployment with one replica.');
  const zone = 'cron' in schedule.when ? (schedule.timeZone ?? 'Etc/UTC') : 'Etc/UTC';
  const name = objectName(call.watch);
  const words = wordsOf(call, { once: true, splayed: schedule.splayMs > 0 });
  return `# ${markerOf(call.watch).replace("'rolecall drift uninstall'", "'kubectl delete -f' with this file")}
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: ${name}
  labels: { app.kubernetes.io/name: rolecall-drift }
spec:
  accessModes: [ReadWriteOnce]
  resources: { requests: { storage: 1Gi } }
---
apiVersion: batch/v1
kind: CronJob
metadata:
  name: ${name}
  labels: { app.kubernetes.io/name: rolecall-drift }
spec:
  schedule: ${JSON.stringify(times)}
  timeZone: ${JSON.stringify(zone)}
  concurrencyPolicy: Forbid
  startingDeadlineSeconds: ${schedule.missed === 'run-once' ? 3600 : 60}
  successfulJobsHistoryLimit: 3
  failedJobsHistoryLimit: 3
  jobTemplate:
    spec:
      backoffLimit: 0
      template:
        metadata:
          labels: { app.kubernetes.io/name: rolecall-drift }
        spec:
          restartPolicy: Never
          automountServiceAccountToken: false
          enableServiceLinks: false
          terminationGracePeriodSeconds: 600
          securityContext:
            runAsNonRoot: true
            runAsUser: 10001
            runAsGroup: 10001
            fsGroup: 10001
            seccompProfile: { type: RuntimeDefault }
          containers:
            - name: rolecall
              image: ${JSON.stringify(image)}
              command:
${words.map((word) => `                - ${JSON.stringify(word)}`).join('\n')}
              workingDir: ${JSON.stringify(dirname(call.settings))}
              env:
                - { name: HOME, value: ${home} }
                - { name: XDG_STATE_HOME, value: ${stateHome} }
              securityContext:
                allowPrivilegeEscalation: false
                readOnlyRootFilesystem: true
                capabilities: { drop: [ALL] }
              resources:
                requests: { cpu: 100m, memory: 256Mi }
                limits: { memory: 1Gi }
              volumeMounts:
                - { name: state, mountPath: ${stateHome}/rolecall }
                - { name: ssh, mountPath: ${home}/.ssh, readOnly: true }
                - { name: tmp, mountPath: /tmp }
          volumes:
            - name: state
              persistentVolumeClaim: { claimName: ${name} }
            - name: ssh
              secret: { secretName: ${JSON.stringify(sshSecret)}, defaultMode: 0400 }
            - name: tmp
              emptyDir: {}
`;
}

const home = '/home/rolecall';
const stateHome = '/var/lib';

/** As objects may be called; a CronJob has 52 characters at most. */
function objectName(watch: string): string {
  const plain = `rolecall-drift-${watch}`.toLowerCase().replace(/[^a-z0-9-]+/g, '-');
  return plain.slice(0, 52).replace(/-+$/, '');
}
