package server

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/lgsp-vn/lgsp/gateway/auth/agencyfile"
)

// clientSamples are how each sample is run: tools that must be there, and the command
// that gets the question as its last argument.
func clientSamples(t *testing.T) map[string]struct {
	tools   []string
	command []string
} {
	t.Helper()
	at := func(name string) string {
		path, err := filepath.Abs("../portal/clients/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return path
	}
	return map[string]struct{ tools, command []string }{
		"curl":   {[]string{"bash", "curl", "openssl"}, []string{"bash", at("client.sh")}},
		"Go":     {[]string{"go"}, []string{"go", "run", at("client.go")}},
		"Python": {[]string{"python3"}, []string{"python3", at("client.py")}},
		"Java":   {[]string{"java"}, []string{"java", at("client.java")}},
		"C#":     {[]string{"dotnet"}, []string{"dotnet", "run", "--project", project(t, at("client.cs")), "--"}},
	}
}

// project wraps a C# file so that any supported SDK runs it.
func project(t *testing.T, program string) string {
	t.Helper()
	dir := t.TempDir()
	text := `<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net$(BundledNETCoreAppTargetFrameworkVersion)</TargetFramework>` +
		`<ImplicitUsings>enable</ImplicitUsings><Nullable>enable</Nullable></PropertyGroup><ItemGroup><Compile Include="` + program + `"/></ItemGroup></Project>`
	if err := os.WriteFile(filepath.Join(dir, "client.csproj"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestClientSamplesAskAQuestionInEveryLanguage(t *testing.T) {
	w := startServer(t)
	question := w.sample("population", "citizen-verify", "ok")
	for language, sample := range clientSamples(t) {
		t.Run(language, func(t *testing.T) {
			for _, tool := range sample.tools {
				if _, err := exec.LookPath(tool); err != nil {
					t.Skipf("%s is not on this machine", tool)
				}
			}
			if language == "Python" && exec.Command("python3", "-c", "import cryptography").Run() != nil {
				t.Skip("python3 has no package cryptography")
			}
			c := exec.CommandContext(t.Context(), sample.command[0], append(sample.command[1:], question)...)
			c.Env = append(os.Environ(), "LGSP_URL="+w.s.Addresses.API, "LGSP_CLIENT="+agencyfile.DemoClientID(DemoAgency), "LGSP_KEY="+agencyfile.DemoKeyFile(w.s.DemoDir(), DemoAgency))
			var stderr bytes.Buffer
			c.Stderr = &stderr
			stdout, err := c.Output()
			var got struct{ Exists *bool }
			if err != nil || json.Unmarshal(stdout, &got) != nil || got.Exists == nil || !*got.Exists {
				t.Errorf("%v: %s\n%s", err, stdout, stderr.String())
			}
		})
	}
}
