# The program alone; data, key and backups lie in the volume /data. See docs/operation.md.
FROM python:3.12-slim AS built
WORKDIR /source
COPY . .
RUN pip install --no-cache-dir --prefix=/opt/lms '.[postgres]'

FROM python:3.12-slim
COPY --from=built /opt/lms /usr/local
RUN useradd --system --uid 10001 lms && mkdir /data && chown lms: /data
USER lms
VOLUME /data
ENV LMS_DATA=/data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["lms"]
CMD ["serve"]
