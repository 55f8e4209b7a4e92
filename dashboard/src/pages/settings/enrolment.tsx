import { EnrolmentModeCard } from '../pending/enrolment-mode.tsx'
import { Removed } from './removed.tsx'

export default function Enrolment() {
  return (
    <>
      <EnrolmentModeCard />
      <Removed />
    </>
  )
}
