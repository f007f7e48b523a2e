import { IconMapOff } from '@tabler/icons-react';
import { Component, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../components/EmptyState.tsx';
import classes from './CityPage.module.css';

function canDraw(): boolean {
  try {
    return document.createElement('canvas').getContext('webgl2') !== null;
  } catch {
    return false;
  }
}

/** Keeps a map that cannot be drawn from taking the list with it. */
class MapBoundary extends Component<{ children: ReactNode; instead: ReactNode }, { failed: boolean }> {
  override state = { failed: false };
  static getDerivedStateFromError() {
    return { failed: true };
  }
  override render() {
    return this.state.failed ? this.props.instead : this.props.children;
  }
}

/** The place of the map: the map itself, or why there is none. */
export function MapFrame({ children }: { readonly children: ReactNode }) {
  const { t } = useTranslation();
  const [drawable] = useState(canDraw);
  const message = (text: string) => (
    <div className={classes.message} data-testid="map-missing">
      <EmptyState order={2} icon={<IconMapOff />} title={t('city.map')} text={text} />
    </div>
  );
  return (
    <section className={classes.frame} aria-label={t('city.map')} data-testid="map">
      {drawable ? (
        <MapBoundary instead={message(t('city.mapFailed'))}>{children}</MapBoundary>
      ) : (
        message(t('city.noWebgl'))
      )}
    </section>
  );
}
