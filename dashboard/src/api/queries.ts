import { QueryClient, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { DeviceView, EnrolmentView, KeyView } from '#protocol/api.ts'
import type { HealthView } from '#protocol/health.ts'
import type { MeView, PersonView } from '#protocol/people.ts'
import type { AboutView, SettingsView, SimulatedView, TelemetryView } from '#protocol/settings.ts'
import type { TelemetryRange } from '#protocol/vocabulary.ts'
import { ApiFailure, call } from './http.ts'

export const queryClient = new QueryClient({
  defaultOptions: {
    // A browser that reports itself offline can still reach a gateway in the same network or on its own machine.
    mutations: { networkMode: 'always' },
    queries: {
      networkMode: 'always',
      staleTime: 15_000,
      refetchOnWindowFocus: false,
      retry: (count, error) => !(error instanceof ApiFailure && error.status < 500) && count < 2,
    },
  },
})

async function fetchMe(): Promise<MeView> {
  const nobody: MeView = { person: null, links: [], needsOwner: false, features: { passkeys: false, oidc: [] } }
  const response = await fetch('/api/me', { headers: { accept: 'application/json' } })
  const answer = (await response.json().catch(() => ({}))) as Partial<MeView>
  if (response.status >= 500) throw new Error(`HTTP ${response.status}`)
  return { ...nobody, ...answer, person: answer.person ?? null, features: { ...nobody.features, ...answer.features } }
}

export const me = queryOptions({ queryKey: ['me'], queryFn: fetchMe, staleTime: 60_000 })

/** Fetches the signed-in account again, after a sign-in or a change of the account. */
export const refreshMe = (): Promise<MeView> => queryClient.fetchQuery({ ...me, staleTime: 0 })

const get = <T>(key: string, path: string) =>
  queryOptions({ queryKey: [key], queryFn: () => call<T>('GET', path), staleTime: 5_000 })

export const people = get<{ people: PersonView[] }>('people', '/api/people')
export const keys = get<{ keys: KeyView[] }>('keys', '/api/keys')
export const enrolment = get<EnrolmentView>('enrolment', '/api/enrolment')
export const settings = get<SettingsView>('settings', '/api/settings')
export const about = get<AboutView>('about', '/api/about')
export const simulated = get<SimulatedView>('simulated', '/api/simulated')
export const removedDevices = get<{ devices: DeviceView[] }>('removed', '/api/devices?state=removed')

export const telemetry = (device: string, range: TelemetryRange) =>
  queryOptions({
    queryKey: ['telemetry', device, range],
    queryFn: () => call<TelemetryView>('GET', `/api/devices/${device}/telemetry?range=${range}`),
    refetchInterval: range === '15m' ? 15_000 : 60_000,
  })

/** The language is part of the key, because the gateway answers with sentences in that language. */
export const health = (device: string, language: string) =>
  queryOptions({
    queryKey: ['health', device, language],
    queryFn: () => call<HealthView>('GET', `/api/devices/${device}/health`),
    refetchInterval: 30_000,
  })

/** Makes a change through the API. Afterwards, queries whose keys are in `refresh` are fetched again. */
export function useChange<Input, Output = unknown>(
  act: (input: Input) => Promise<Output>,
  refresh: readonly (readonly string[])[] = [],
) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: act,
    onSuccess: () => Promise.all(refresh.map(queryKey => client.invalidateQueries({ queryKey }))),
  })
}
