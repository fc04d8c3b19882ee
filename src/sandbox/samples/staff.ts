/** Someone of the sample company, as its identity provider and its code host know them. */
export interface Employee {
  readonly name: string
  readonly email: string
  readonly oktaId: string
  readonly login: string
  readonly githubId: number
  readonly ip: string
}

function employee(name: string, index: number): Employee {
  const plain = name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
  const [first = '', last = ''] = plain.split(' ')
  return {
    name,
    email: `${first}@northwind.example`,
    oktaId: `00u${String(index).padStart(2, '0')}${`${first}${last}northwind`.slice(0, 12).padEnd(12, '0')}5d7`,
    login: `${first}-${last}`,
    githubId: 40_000 + index * 137,
    ip: `198.51.100.${20 + index}`,
  }
}

const NAMES = [
  'Maya Okafor',
  'Dev Patel',
  'Sofia Lindqvist',
  'Jonas Weber',
  'Ana Torres',
  'Priya Raman',
  'Amara Nwosu',
  'Bilal Haddad',
  'Clara Fontaine',
  'Emil Novak',
  'Farah Siddiqui',
  'Grace Mensah',
  'Hugo Almeida',
  'Ines Moreau',
  'Karim Bensalem',
  'Leonie Fischer',
  'Mateo Silva',
  'Nadia Petrova',
  'Oskar Nyberg',
  'Paula Jimenez',
  'Quentin Laurent',
  'Rosa Marino',
  'Samir Khan',
  'Tessa Janssen',
  'Umar Farouk',
  'Vera Kowalska',
  'William Osei',
  'Yuki Tanaka',
  'Zoe Papadakis',
  'Arjun Mehta',
] as const

export type EmployeeName = (typeof NAMES)[number]

export const STAFF: readonly Employee[] = NAMES.map(employee)

const byName = new Map(STAFF.map((one) => [one.name, one]))

export function staff(name: EmployeeName): Employee {
  const found = byName.get(name)
  if (found === undefined) throw new Error(`nobody is called ${name}`)
  return found
}

export const maya = staff('Maya Okafor')
export const dev = staff('Dev Patel')
export const sofia = staff('Sofia Lindqvist')
export const jonas = staff('Jonas Weber')
export const ana = staff('Ana Torres')
export const priya = staff('Priya Raman')

/** An account that is nobody's: made by an attacker, or kept for emergencies. */
export function account(input: { name: string; email: string; oktaId: string }): Employee {
  return { ...input, login: input.email.split('@')[0] ?? input.email, githubId: 0, ip: '203.0.113.66' }
}
