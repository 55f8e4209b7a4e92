import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { me } from '../../api/queries.ts'
import { Note } from '../../parts/states.tsx'
import { Link } from '../../router.tsx'
import { AccountForm, codeOf } from './account-form.tsx'
import { SignInFrame } from './sign-in-frame.tsx'

export default function Setup() {
  const { t } = useTranslation()
  const [code] = useState(codeOf)
  const { data } = useQuery(me)
  if (data && !data.needsOwner && !code) {
    return (
      <SignInFrame title={t('signIn.setupDone')} lead={t('signIn.setupDoneLead')}>
        <Link to="/sign-in">{t('signIn.signIn')}</Link>
      </SignInFrame>
    )
  }
  if (!code) {
    return (
      <SignInFrame title={t('signIn.setup')} lead={t('signIn.setupNoCode')}>
        <Note>
          <code dir="ltr">npx darvaza owner reset</code>
        </Note>
      </SignInFrame>
    )
  }
  return (
    <SignInFrame title={t('signIn.setup')} lead={t('signIn.setupLead')}>
      <AccountForm path="/api/setup" code={code} withEmail act={t('signIn.setupAct')} />
    </SignInFrame>
  )
}
