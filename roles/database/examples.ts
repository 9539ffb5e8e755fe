/** Plays for the README. */
export const examples: readonly string[] = [
  `- name: A primary and two replicas
  hosts: db
  become: true
  vars:
    database_primary: db1
  roles:
    - role: database
      vars:
        database:
          primary: "{{ database_primary }}"
          replicas: "{{ groups.db | difference([database_primary]) }}"
          databases:
            - name: shop
          users:
            - name: shop
              host: 10.0.0.%
              password: "{{ lookup('password', 'secrets/shop') }}"
              grants:
                - { scope: shop.*, privileges: [SELECT, INSERT, UPDATE, DELETE] }
          replication:
            password: "{{ lookup('password', 'secrets/replication') }}"`,
  `- name: One MariaDB server
  hosts: db1
  become: true
  roles:
    - role: database
      engine: mariadb
      primary: db1
      databases: [{ name: wiki }]
      settings:
        bufferPool: 512M
        variables: { innodb_flush_method: O_DIRECT }`,
];
