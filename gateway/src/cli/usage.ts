export const usage = `city-gateway - reads field devices and keeps every reading until it is stored

  city-gateway run   --config FILE           run until SIGINT or SIGTERM
  city-gateway check --config FILE [--json]  name every fault of the configuration and its profiles

  --help     this text
  --version  the version

Each key of the configuration can be set by the environment too: CITY_GATEWAY__UPLINK__URL sets uplink.url.
Exit codes: 0 all is well, 1 it failed, 2 the command line is wrong.
`;
