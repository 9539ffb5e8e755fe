/** Whether an IPv4 address lies in a subnet such as `10.77.0.0/24`. */
export function subnetContains(subnet: string, address: string): boolean {
  const size = 2 ** (32 - prefixLength(subnet));
  const value = ipv4Number(address);
  return value !== undefined && Math.floor(value / size) === Math.floor(networkOf(subnet) / size);
}

export function prefixLength(subnet: string): number {
  return Number(subnet.split('/')[1]);
}

/** The first address, which the machine itself takes. */
export function gatewayOf(subnet: string): string {
  return ipv4Text(networkOf(subnet) + 1);
}

/** The `index`-th address of a subnet; 0 is the network itself. */
export function addressAt(subnet: string, index: number): string {
  return ipv4Text(networkOf(subnet) + index);
}

/** `10.77.0.0/24` for an address in it. */
export function subnetAround(address: string): string {
  return `${address.replace(/\d+$/, '0')}/24`;
}

export function isSubnet(text: string): boolean {
  const [address, length, ...rest] = text.split('/');
  const bits = Number(length);
  return (
    rest.length === 0 &&
    /^\d+$/.test(length ?? '') &&
    bits >= 8 &&
    bits <= 30 &&
    ipv4Number(address ?? '') !== undefined &&
    networkOf(text) % 2 ** (32 - bits) === 0
  );
}

/** The address as a number, or undefined when the text is no IPv4 address. */
export function ipv4Number(text: string): number | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) {
    return undefined;
  }
  return parts.reduce((sum, part) => sum * 256 + Number(part), 0);
}

function networkOf(subnet: string): number {
  return ipv4Number(subnet.split('/')[0]!)!;
}

function ipv4Text(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}
