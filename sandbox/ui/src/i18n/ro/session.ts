import type { Texts } from '../texts.ts';
import type { session as english } from '../en/session.ts';

export const session = {
  signIn: {
    title: 'Autentificare',
    pitch: 'Aici orașul încearcă un serviciu înainte de a-l cumpăra.',
    pitchText:
      'Dispozitive reale, protocoale reale, ținte convenite. Fiecare cifră se deschide spre măsurătorile din spatele ei.',
    point1: 'Vedeți ce măsoară acum dispozitivele orașului',
    point2: 'Conectați un serviciu în câteva minute, cu un token și un prefix',
    point3: 'Evaluați un proiect-pilot după ceea ce s-a convenit înainte de început',
    email: 'E-mail',
    password: 'Parolă',
    submit: 'Autentificare',
    demoTitle: 'Conturi demonstrative',
    demoText: 'Această platformă rulează un oraș demonstrativ. Alegeți un cont pentru a o explora.',
    as: {
      staff: 'Intrați ca personal al primăriei',
      engineer: 'Intrați ca inginer de teren',
      vendor: 'Intrați ca furnizor',
      admin: 'Intrați ca administrator',
    },
    or: 'sau cu contul dumneavoastră',
    expired: 'Sesiunea s-a încheiat. Autentificați-vă din nou pentru a continua de unde ați rămas.',
    refused: 'Adresa de e-mail sau parola este greșită.',
    locked: 'Prea multe încercări. Așteptați un minut, apoi încercați din nou.',
    failed: 'Autentificarea nu a reușit.',
    does: {
      admin: 'Acces complet, inclusiv la conectori',
      staff: 'Aprobă proiecte-pilot, stabilește ținte, urmărește rezultatele',
      engineer: 'Are grijă de gateway-uri și de dispozitive',
      vendor: 'Conectează un serviciu și îi urmărește proiectul-pilot',
    },
    required: 'Completați acest câmp.',
  },
} as const satisfies Texts<typeof english>;
