import { Menu, UnstyledButton, useMantineColorScheme } from '@mantine/core'
import { Languages, LogOut, Moon, ShieldCheck, Sun, SunMoon } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { call } from '../api/http.ts'
import { queryClient } from '../api/queries.ts'
import { changeLanguage } from '../i18n/i18n.ts'
import { toastFailure } from '../parts/toast.tsx'
import { go } from '../router.tsx'
import { usePerson } from '../session.ts'

const next = { auto: 'light', light: 'dark', dark: 'auto' } as const
const icons = { auto: SunMoon, light: Sun, dark: Moon }

export function PersonMenu() {
  const { t, i18n } = useTranslation()
  const person = usePerson()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const SchemeIcon = icons[colorScheme]
  const other = i18n.language === 'fa' ? 'en' : 'fa'

  const leave = async () => {
    try {
      await call('POST', '/api/auth/sign-out', {})
      queryClient.clear()
      go('/sign-in')
    } catch (error) {
      toastFailure(error)
    }
  }

  return (
    <Menu position="top-start" width={230}>
      <Menu.Target>
        <UnstyledButton className="person">
          <span className="avatar" aria-hidden>
            {[...person.name.trim()][0]?.toUpperCase() ?? '?'}
          </span>
          <span className="person-name">
            <bdi>{person.name}</bdi>
            <small>{t(`role.${person.role}`)}</small>
          </span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<ShieldCheck size={16} />} onClick={() => go('/settings/account')}>
          {t('shell.account')}
        </Menu.Item>
        <Menu.Item
          leftSection={<SchemeIcon size={16} />}
          closeMenuOnClick={false}
          onClick={() => setColorScheme(next[colorScheme])}
        >
          {t('appearance.scheme')}: {t(`appearance.${colorScheme}`)}
        </Menu.Item>
        <Menu.Item leftSection={<Languages size={16} />} lang={other} onClick={() => void changeLanguage(other)}>
          {other === 'fa' ? 'فارسی' : 'English'}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<LogOut size={16} />} onClick={() => void leave()}>
          {t('shell.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
