// A step for a pipeline: judges a WebSocket service, and fails the build unless
// it conforms. As a shared library, with ci/templates/jenkins for its root:
//
//     wsconform target: 'target.json', options: ['--level', 'AA']
//
// `tool` names the wsconform of the agent; `baseline` a file of known failures.
// Reports are kept whatever comes of it.
def call(Map given) {
    List environment = [
        "WSCONFORM=${given.tool ?: 'wsconform'}",
        "WSCONFORM_TARGET=${given.target}",
        "WSCONFORM_BASELINE=${given.baseline ?: ''}",
        "WSCONFORM_OPTIONS=${(given.options ?: []).join('\n')}",
    ]
    int status = 3
    try {
        withEnv(environment) {
            status = sh(label: 'wsconform', returnStatus: true, script: '''
                set -- run --target "$WSCONFORM_TARGET"
                if [ -n "$WSCONFORM_BASELINE" ]; then
                    set -- "$@" --baseline "$WSCONFORM_BASELINE"
                fi
                for kind in ndjson json junit tap sarif markdown html; do
                    set -- "$@" "--$kind" "wsconform-report/wsconform.$kind"
                done
                set -- "$@" --badge wsconform-report/wsconform.svg
                while IFS= read -r word; do
                    if [ -n "$word" ]; then
                        set -- "$@" "$word"
                    fi
                done <<END
$WSCONFORM_OPTIONS
END
                rm -rf wsconform-report
                mkdir -p wsconform-report
                "$WSCONFORM" "$@"
            ''')
        }
    } finally {
        junit testResults: 'wsconform-report/wsconform.junit', allowEmptyResults: true, skipMarkingBuildUnstable: true
        archiveArtifacts artifacts: 'wsconform-report/**', allowEmptyArchive: true
    }
    if (status != 0) {
        error "wsconform: exit status ${status}"
    }
}
