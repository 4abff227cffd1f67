# syntax=docker/dockerfile:1
FROM oven/bun:1.4.5-slim AS build
WORKDIR /app
COPY package.json bun.lock ./
# the SDKs' type declarations and source maps are of no use at run time, nor is TypeScript, which Elysia names as its peer
RUN bun install --production --frozen-lockfile --ignore-scripts \
 && rm -rf node_modules/typescript node_modules/@typescript node_modules/.bin node_modules/swagger-ui-dist/*-es-bundle*.js \
 && find node_modules -type f \( -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' -o -name '*.map' -o -name '*.md' \) -delete
# Of Debian the image has the libraries that Bun is linked with and looks for by their names, and what says so to scanners
WORKDIR /runtime
RUN install -D "$(command -v bun)" usr/local/bin/bun \
 && cp --parents -L $(ldd usr/local/bin/bun | grep -o '/[^ ]*') /lib/*-linux-gnu/libgcc_s.so.1 /lib/*-linux-gnu/libresolv.so.2 \
    /lib/*-linux-gnu/libnss_files.so.2 /lib/*-linux-gnu/libnss_dns.so.2 /etc/nsswitch.conf /etc/os-release . \
 && mkdir -p var/lib/dpkg/status.d && for package in libc6 libgcc-s1; do dpkg -s $package > var/lib/dpkg/status.d/$package; done \
 && grep -E '^(root|bun):' /etc/passwd > etc/passwd && grep -E '^(root|bun):' /etc/group > etc/group \
 && mkdir -m 1777 tmp && mkdir data && chown bun:bun data
# the command; and two links, by which a connector of one's own finds `unsub-bridge/connector` wherever its file is mounted
RUN printf '#!/usr/local/bin/bun --no-env-file\nimport "/app/src/main.ts";\n' > usr/local/bin/unsub-bridge \
 && chmod 0755 usr/local/bin/unsub-bridge \
 && ln -s /app /app/node_modules/unsub-bridge && ln -s /app/node_modules node_modules

FROM scratch
WORKDIR /app
ENV PATH=/usr/local/bin NODE_ENV=production
ENV UNSUB_BRIDGE_PROGRAM=unsub-bridge UNSUB_BRIDGE_DATA=/data UNSUB_BRIDGE_CONFIG=/app/config/bridge.yaml
# Bun's collector comes the later, the more memory the machine has: as if it had 128 MiB, the bridge stays within its limit
ENV BUN_JSC_forceRAMSize=134217728
COPY --from=build /runtime /
COPY --from=build --chown=1000:1000 /runtime/data /data
COPY --from=build /app/node_modules node_modules
COPY package.json LICENSE ./
COPY src src
COPY connectors connectors
COPY config config
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
