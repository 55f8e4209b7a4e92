import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Note } from '../../parts/states.tsx'
import { Frame } from './frame.tsx'
import { codeOf, NewcomerForm } from './newcomer-form.tsx'

export default function Invite() {
  const { t } = useTranslation()
  const [code] = useState(codeOf)
  return (
    <Frame title={t('entrance.invite')} lead={t('entrance.inviteLead')}>
      {code ? (
        <NewcomerForm path="/api/invite" code={code} withEmail={false} act={t('entrance.inviteAct')} />
      ) : (
        <Note tone="rose">{t('entrance.inviteNoCode')}</Note>
      )}
    </Frame>
  )
}
