# syntax=docker/dockerfile:1
FROM oven/bun:1.4.5-slim AS dependencies
WORKDIR /app
COPY package.json bun.lock ./
# the SDKs' type declarations and source maps are of no use at run time, nor is TypeScript, which Elysia names as its peer
RUN bun install --production --frozen-lockfile --ignore-scripts \
 && rm -rf node_modules/typescript node_modules/@typescript node_modules/.bin/tsc node_modules/swagger-ui-dist/*-es-bundle*.js \
 && find node_modules -type f \( -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' -o -name '*.map' -o -name '*.md' \) -delete

FROM oven/bun:1.4.5-slim
WORKDIR /app
ENV NODE_ENV=production UNSUB_BRIDGE_DATA=/data UNSUB_BRIDGE_CONFIG=/app/config/bridge.yaml
# Bun's collector comes the later, the more memory the machine has: as if it had 128 MiB, the bridge stays within its limit
ENV BUN_JSC_forceRAMSize=134217728
COPY --from=dependencies /app/node_modules node_modules
COPY package.json LICENSE ./
COPY src src
COPY connectors connectors
COPY config config
# the two links: a connector of one's own finds `unsub-bridge/connector` wherever its file is mounted
RUN printf '#!/bin/sh\nUNSUB_BRIDGE_PROGRAM=unsub-bridge exec bun --no-env-file /app/src/main.ts "$@"\n' > /usr/local/bin/unsub-bridge \
 && chmod 0755 /usr/local/bin/unsub-bridge \
 && ln -s /app node_modules/unsub-bridge && ln -s /app/node_modules /node_modules \
 && mkdir -p /data && chown bun:bun /data
USER bun
VOLUME /data
# callbacks; and the admin listener, for those who give it admin.host 0.0.0.0 and accounts
EXPOSE 8080 8081
# the port of the default configuration; set PORT when yours differs
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["bun", "-e", "const answer = await fetch(`http://127.0.0.1:${process.env.PORT ?? 8080}/healthz`); process.exit(answer.ok ? 0 : 1)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["unsub-bridge"]
CMD ["serve"]
