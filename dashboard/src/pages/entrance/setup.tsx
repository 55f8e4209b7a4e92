import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { me } from '../../api/queries.ts'
import { Note } from '../../parts/states.tsx'
import { Link } from '../../router.tsx'
import { Frame } from './frame.tsx'
import { codeOf, NewcomerForm } from './newcomer-form.tsx'

export default function Setup() {
  const { t } = useTranslation()
  const [code] = useState(codeOf)
  const { data } = useQuery(me)
  if (data && !data.needsOwner && !code) {
    return (
      <Frame title={t('entrance.setupDone')} lead={t('entrance.setupDoneLead')}>
        <Link to="/sign-in">{t('entrance.signIn')}</Link>
      </Frame>
    )
  }
  if (!code) {
    return (
      <Frame title={t('entrance.setup')} lead={t('entrance.setupNoCode')}>
        <Note>
          <code dir="ltr">npx darvaza owner reset</code>
        </Note>
      </Frame>
    )
  }
  return (
    <Frame title={t('entrance.setup')} lead={t('entrance.setupLead')}>
      <NewcomerForm path="/api/setup" code={code} withEmail act={t('entrance.setupAct')} />
    </Frame>
  )
}
