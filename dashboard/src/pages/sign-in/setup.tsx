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
      <SignInFrame title={t('entrance.setupDone')} lead={t('entrance.setupDoneLead')}>
        <Link to="/sign-in">{t('entrance.signIn')}</Link>
      </SignInFrame>
    )
  }
  if (!code) {
    return (
      <SignInFrame title={t('entrance.setup')} lead={t('entrance.setupNoCode')}>
        <Note>
          <code dir="ltr">npx darvaza owner reset</code>
        </Note>
      </SignInFrame>
    )
  }
  return (
    <SignInFrame title={t('entrance.setup')} lead={t('entrance.setupLead')}>
      <AccountForm path="/api/setup" code={code} withEmail act={t('entrance.setupAct')} />
    </SignInFrame>
  )
}
