import type { RoleDecision } from 'rolecall';

export const decisions: readonly RoleDecision[] = [
  {
    question: 'Which name server',
    answer: 'NSD.',
    why: 'It answers for its own zones and does nothing else, so it can be no open resolver. Of those in Debian 13 that do only this it is the smallest: 4 packages, 1.0 MB to fetch, 6.4 MB on disk, against 15 packages and 14.8 MB of Knot, 11 and 9.0 MB of BIND. It brings a checker for zones. dnsmasq is smaller still, but has no zones with serials for secondaries.',
  },
  {
    question: 'The serial',
    answer:
      'It is in the zone file on the host: kept while the content is the same, one more with each change. The first is the time of day in seconds.',
    why: 'A serial made of the clock in each run is a change in each run; one made of a hash may go down, and secondaries then keep the old zone. A rebuilt host begins ahead of what its secondaries have seen.',
  },
  {
    question: 'Two hosts with the same zone',
    answer: 'Both are primaries, each with a serial of its own; both are name servers of the zone.',
    why: 'The role writes the same zone to both, so none has to fetch it. Secondaries elsewhere should fetch from one of them.',
  },
  {
    question: 'Where addresses come from',
    answer: 'From the inventory: a record names a role, a group or a host.',
    why: 'An address that is written twice is wrong in one place some day. A record of a role that no playbook of the run gives to a host is refused, so that a partial run cannot empty it.',
  },
  {
    question: 'What is checked before it is served',
    answer:
      'The zone by nsd-checkzone and the configuration by nsd-checkconf, each before its file is put in place.',
    why: 'NSD says ok to a reload of a zone that it cannot read and goes on with the old one.',
  },
  {
    question: 'What is refused before any connection',
    answer:
      'An alias beside other records, of itself, of the zone or of a name that the zone does not have; a record twice; two ttls for one name and type; a name with its zone behind it; an address of the wrong kind; a role or group without hosts; a name server without an address.',
    why: 'nsd-checkzone passes an alias that leads nowhere, and www.foobar.com.foobar.com.',
  },
  {
    question: 'How changes take effect',
    answer: 'A zone by a reload, the configuration (listen, allowQuery, secondaries) by a restart.',
    why: 'NSD cannot change what it listens on while it runs. Resolvers ask again within a second or ask the other name server.',
  },
  {
    question: 'Who may fetch the whole zone',
    answer: 'Nobody but secondaries.',
    why: 'A list of all hosts is a map for an intruder.',
  },
];
