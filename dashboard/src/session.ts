import { createContext, useContext } from 'react'
import type { PersonView } from '#protocol/people.ts'
import { type Role, roles } from '#protocol/vocabulary.ts'

export const PersonContext = createContext<PersonView | null>(null)

/** Who looks at the page. Only inside the house, where there always is someone. */
export function usePerson(): PersonView {
  const person = useContext(PersonContext)
  if (!person) throw new Error('nobody is signed in')
  return person
}

/** What the page offers; the gateway decides for itself. */
export const useMay = (least: Role): boolean => roles.indexOf(usePerson().role) >= roles.indexOf(least)

/** As `useMay`, for what concerns the whole house: grants keep a person out of that. */
export function useMayEverywhere(least: Role): boolean {
  const { grants } = usePerson()
  return useMay(least) && !grants
}

export const useIsFullOwner = (): boolean => useMayEverywhere('owner')
