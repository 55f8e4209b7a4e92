import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { strength } from '#protocol/password.ts'
import { call } from '../../api/http.ts'
import { me, queryClient } from '../../api/queries.ts'
import { useFormat } from '../../format.ts'
import { Note } from '../../parts/states.tsx'
import { go } from '../../router.tsx'
import { NewPassword } from './password.tsx'
import { problemOf } from './problem.ts'

interface NewcomerFormProps {
  path: '/api/setup' | '/api/invite'
  code: string
  /** An invitation knows the address already. */
  withEmail: boolean
  act: string
}

/** Makes the account that a one-time link is for, and goes in. */
export function AccountForm({ path, code, withEmail, act }: NewcomerFormProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()

  const submit = async () => {
    setBusy(true)
    setProblem(undefined)
    try {
      await call('POST', path, { code, name: name.trim(), password, ...(withEmail && { email: email.trim() }) })
      await queryClient.fetchQuery({ ...me, staleTime: 0 })
      go('/', 'replace')
    } catch (error) {
      setProblem(problemOf(error, t, format))
    } finally {
      setBusy(false)
    }
  }

  return (
    <form
      className="stack"
      onSubmit={event => {
        event.preventDefault()
        void submit()
      }}
    >
      <TextInput
        label={t('entrance.name')}
        value={name}
        required
        autoComplete="name"
        maxLength={80}
        onChange={event => setName(event.currentTarget.value)}
      />
      {withEmail && (
        <TextInput
          label={t('entrance.email')}
          type="email"
          dir="ltr"
          value={email}
          required
          autoComplete="username"
          onChange={event => setEmail(event.currentTarget.value)}
        />
      )}
      <NewPassword value={password} onChange={setPassword} />
      {problem && (
        <div role="alert">
          <Note tone="rose">{problem}</Note>
        </div>
      )}
      <Button type="submit" loading={busy} disabled={strength(password) === 0}>
        {act}
      </Button>
    </form>
  )
}

/** What a one-time link carries behind its `#`: it never leaves the browser by itself. */
export const codeOf = (): string => /^#([\w-]+)$/.exec(location.hash)?.[1] ?? ''
