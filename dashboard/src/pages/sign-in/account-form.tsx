import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { strength } from '#protocol/password.ts'
import { call } from '../../api/http.ts'
import { refreshMe } from '../../api/queries.ts'
import { Form, Problem } from '../../parts/form.tsx'
import { go } from '../../router.tsx'
import { NewPassword } from './password.tsx'
import { useSignInSubmit } from './use-sign-in-submit.ts'

interface AccountFormProps {
  path: '/api/setup' | '/api/invite'
  code: string
  /** False for an invitation, which carries the address already. */
  withEmail: boolean
  act: string
}

/** Creates the account that a one-time link is for, and signs the person in. */
export function AccountForm({ path, code, withEmail, act }: AccountFormProps) {
  const { t } = useTranslation()
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const { busy, problem, submit } = useSignInSubmit()

  const create = () =>
    submit(async () => {
      await call('POST', path, { code, name: name.trim(), password, ...(withEmail && { email: email.trim() }) })
      await refreshMe()
      go('/', 'replace')
    })

  return (
    <Form onSubmit={create}>
      <TextInput
        label={t('signIn.name')}
        value={name}
        required
        autoComplete="name"
        maxLength={80}
        onChange={event => setName(event.currentTarget.value)}
      />
      {withEmail && (
        <TextInput
          label={t('signIn.email')}
          type="email"
          dir="ltr"
          value={email}
          required
          autoComplete="username"
          onChange={event => setEmail(event.currentTarget.value)}
        />
      )}
      <NewPassword value={password} onChange={setPassword} />
      <Problem text={problem} />
      <Button type="submit" loading={busy} disabled={strength(password) === 0}>
        {act}
      </Button>
    </Form>
  )
}

/** The code of a one-time link. It follows the `#`, so that the browser does not send it with the page's request. */
export const codeOf = (): string => /^#([\w-]+)$/.exec(location.hash)?.[1] ?? ''
