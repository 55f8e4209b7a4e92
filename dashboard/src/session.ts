import { createContext, useContext } from 'react'
import type { PersonView } from '#protocol/people.ts'
import { type Role, roles } from '#protocol/vocabulary.ts'

export const PersonContext = createContext<PersonView | null>(null)

/** The person who is signed in. Throws outside of `PersonContext`. */
export function usePerson(): PersonView {
  const person = useContext(PersonContext)
  if (!person) throw new Error('nobody is signed in')
  return person
}

/** True for a role that may do what `least` may. The page offers acts by it; the gateway checks roles itself. */
export const useMay = (least: Role): boolean => roles.indexOf(usePerson().role) >= roles.indexOf(least)

/** As `useMay`, for acts on the whole gateway: a person with grants reaches some devices only. */
export function useMayEverywhere(least: Role): boolean {
  const { grants } = usePerson()
  return useMay(least) && !grants
}

export const useIsFullOwner = (): boolean => useMayEverywhere('owner')
