import { errorCatalogue } from '@city-testbed/runtime';

export const { entries: brokerErrors, error: brokerError } = errorCatalogue({
  BROKER_PORT_BUSY: {
    summary: 'A listener cannot have its port',
    hint: 'Another process listens there. Stop it, or give the listener another port in the configuration.',
  },
  BROKER_LISTEN_FAILED: {
    summary: 'A listener cannot start',
    hint: 'Check that the host is an address of this machine and that this user may open the port.',
  },
  BROKER_CERTIFICATE_UNUSABLE: {
    summary: 'A TLS listener cannot use its certificate or key',
    hint: 'certFile and keyFile must be a matching pair in PEM; caFile a PEM file of the issuers that are trusted.',
  },
  BROKER_SANDBOX_UNREACHABLE: {
    summary: 'The sandbox does not answer',
    hint: 'New clients are refused until it does; open sessions go on. Check sandbox.url and that the sandbox runs.',
  },
  BROKER_SANDBOX_REFUSED: {
    summary: 'The sandbox does not accept the shared secret',
    hint: 'sandbox.secret here and the secret of the sandbox must be the same.',
  },
  BROKER_SANDBOX_ANSWER_INVALID: {
    summary: 'The sandbox gave an answer that the broker does not understand',
    hint: 'Broker and sandbox must be of versions that go together.',
  },
  BROKER_SANDBOX_OVERLOADED: {
    summary: 'Too many questions wait for the sandbox',
    hint: 'Clients connect faster than the sandbox answers. They try again by themselves.',
  },
  BROKER_FAILED: {
    summary: 'The broker met an error inside itself',
    hint: 'Open sessions go on. The cause says what went wrong; please report it.',
  },
});
