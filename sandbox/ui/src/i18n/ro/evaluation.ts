import type { Texts } from '../texts.ts';
import type { evaluation as english } from '../en/evaluation.ts';

export const evaluation = {
  verdict: {
    met: 'Îndeplinit',
    not_met: 'Neîndeplinit',
    insufficient_data: 'Date insuficiente',
    not_measured: 'Nemăsurat',
    metText: 'Datele de până acum îndeplinesc tot ce s-a convenit.',
    not_metText: 'Cel puțin o cifră nu atinge ceea ce s-a convenit.',
    insufficient_dataText:
      'Sunt mai puține măsurători decât volumul minim convenit, deci nu se dă un rezultat.',
    not_measuredText: 'În această perioadă nu s-a măsurat încă nimic.',
  },
  results: {
    title: 'Rezultat',
    period: 'Perioadă',
    period7: '7 zile',
    period14: '14 zile',
    periodAll: 'Tot proiectul-pilot',
    window: '{{from}} – {{to}}',
    computed: 'calculat {{time}}',
    containsSynthetic: 'Se bazează parțial pe date sintetice',
    containsSyntheticText:
      'Aici sunt numărate și măsurători generate. O decizie despre serviciu nu se poate întemeia pe ele.',
    indicators: 'Indicatori',
    indicator: {
      completeness: 'Completitudine',
      latency_p95: 'Întârziere pentru 95% din măsurători',
      completenessText: 'Ponderea măsurătorilor așteptate care au sosit bune',
      latency_p95Text: 'De la măsurare până la recepție',
    },
    targetAtLeast: 'Țintă: cel puțin {{value}}',
    targetAtMost: 'Țintă: cel mult {{value}}',
    n: 'Măsurători',
    expected: 'Așteptate',
    missing: 'Lipsă',
    interval: 'Interval de încredere {{confidence}}',
    intervalValue: '{{low}} – {{high}}',
    noValue: 'Fără cifră',
    days: 'Completitudinea pe zile',
    daysLead: 'Zile locale. Barele hașurate conțin date sintetice; o bară lipsă este o zi fără cifră.',
    daysLabel: 'Completitudinea pe {{count}} zile: minim {{low}}, maxim {{high}}, țintă {{target}}.',
    daysEmpty: 'Nicio zi nu are încă o cifră.',
    target: 'Țintă',
    measured: 'Măsurat',
    rows: 'Datele din spatele cifrelor',
    rowsLead: 'Câte un rând pentru fiecare mărime. Fiecare deschide graficul și măsurătorile dispozitivului.',
    rowsEmptyTitle: 'Nicio cifră încă',
    rowsEmptyText:
      'Cifrele apar după ce dispozitivele proiectului-pilot au trimis măsurători în această perioadă.',
    column: {
      device: 'Dispozitiv și mărime',
      completeness: 'Completitudine',
      good: 'Bune',
      bad: 'Eronate',
      expected: 'Așteptate',
      synthetic: 'Din care sintetice',
      latency: 'Întârziere (95%)',
    },
    open: 'Deschideți măsurătorile: {{metric}}, {{device}}',
  },
} as const satisfies Texts<typeof english>;
