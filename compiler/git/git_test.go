package git

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// run has git itself do something, in a world without settings of the user's.
func run(t *testing.T, dir string, args ...string) Output {
	t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "GIT_CONFIG_NOSYSTEM=1", "LC_ALL=C",
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.com",
		"GIT_AUTHOR_DATE=2020-01-01T00:00:00Z", "GIT_COMMITTER_DATE=2020-01-01T00:00:00Z"}
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return Output{stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()}
}

func must(t *testing.T, dir string, args ...string) {
	t.Helper()
	if out := run(t, dir, args...); out.Status != 0 {
		t.Fatalf("git %v: %+v", args, out)
	}
}

// The answers are those of git, in repositories in all states that it can have.
func TestAnswer(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed: its answers cannot be compared")
	}
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	at := func(names ...string) string {
		dir := filepath.Join(append([]string{root}, names...)...)
		if err := os.MkdirAll(dir, 0o777); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	commit := func(dir, message string) { must(t, dir, "commit", "-q", "--allow-empty", "-m", message) }

	unborn := at("unborn")
	must(t, unborn, "init", "-q", "-b", "main")
	loose := at("loose")
	must(t, loose, "init", "-q", "-b", "main")
	commit(loose, "one")
	must(t, loose, "remote", "add", "origin", "git@github.com:example/app.git")
	must(t, loose, "remote", "add", "quoted", `https://example.com/a "b" # c;d`)
	must(t, loose, "config", "url.https://github.com/.insteadOf", "git@github.com:")
	packed := at("packed")
	must(t, packed, "init", "-q", "-b", "feature/x")
	for range 40 { // enough for hashes to begin alike
		commit(packed, "some")
		must(t, packed, "commit", "-q", "--amend", "--allow-empty", "-m", "other")
	}
	must(t, packed, "branch", "other", "HEAD~3")
	must(t, packed, "gc", "-q")
	detached := at("detached")
	must(t, detached, "init", "-q", "-b", "main")
	commit(detached, "one")
	must(t, detached, "checkout", "-q", "--detach")
	tree := filepath.Join(root, "tree")
	must(t, packed, "worktree", "add", "-q", "-b", "in-tree", tree)
	commit(tree, "there")
	clone := filepath.Join(root, "clone")
	must(t, root, "clone", "-q", "--shared", packed, clone)

	commands := []string{
		"rev-parse HEAD", "rev-parse --short HEAD", "rev-parse --short=4 HEAD", "rev-parse --short=12 HEAD", "rev-parse --abbrev-ref HEAD", "rev-parse --verify HEAD", "rev-parse -q --verify HEAD",
		"rev-parse --verify main", "rev-parse --verify refs/heads/main", "rev-parse --verify other", "rev-parse --verify origin/other", "rev-parse --verify -q nope", "rev-parse --show-toplevel", "rev-parse --is-inside-work-tree",
		"rev-parse --show-prefix", "rev-parse --show-cdup", "rev-parse --show-toplevel HEAD", "branch --show-current", "symbolic-ref HEAD", "symbolic-ref --short HEAD", "symbolic-ref -q HEAD", "--no-pager rev-parse HEAD", "-C .. rev-parse HEAD", "-C sub rev-parse HEAD",
		"config --get remote.origin.url", "config remote.quoted.url", "config --get remote.nope.url", "config --get remote.Origin.url", "config --get REMOTE.origin.URL", "config --get branch.in-tree.merge", "remote get-url origin", "remote get-url nope", "ls-remote --get-url", "ls-remote --get-url origin",
		"log -1 --format=%H", "log -1 --pretty=format:%h", "log -n1 --format=%H HEAD", "show -s --format=%H", "show -s --format=%h HEAD",
	}
	answered := 0
	for _, dir := range []string{unborn, loose, packed, detached, tree, clone, at("loose", "sub"), at("packed", "sub", "deep"), at("tree", "sub"), at("none")} {
		rel, _ := filepath.Rel(root, dir)
		for _, command := range commands {
			args := strings.Fields(command)
			var noted []string
			opts := Options{
				Note: func(absPath string, content []byte) {
					rel, _ := filepath.Rel(root, absPath)
					noted = append(noted, filepath.ToSlash(rel))
				},
				Show: func(absPath string) (string, bool) { return absPath, true },
			}
			got, ok := Answer(opts, dir, args)
			if !ok {
				continue
			}
			answered++
			if want := run(t, dir, args...); got != want {
				t.Errorf("in %s, git %s\ngot  %+v\nwant %+v", rel, command, got, want)
			}
			for _, name := range noted {
				if strings.Contains(name, "worktrees") {
					t.Errorf("in %s, git %s has noted %s", rel, command, name)
				}
			}
			if rel == "tree" && command == "rev-parse HEAD" && strings.Join(noted, " ") != "tree/.git/HEAD tree/.git/refs/heads/in-tree" {
				t.Errorf("it has noted %q", noted)
			}
		}
	}
	// So that what is said above is not said of nothing.
	if answered < 280 {
		t.Errorf("%d answers", answered)
	}
	for _, command := range []string{
		"status", "describe --tags", "rev-parse HEAD~1", "rev-parse abcd", "log -1", "log -1 --format=%an", "log --format=%H", "config user.email", "config --global remote.origin.url",
		"fetch", "ls-remote origin", "branch", "rev-parse --git-dir", "symbolic-ref refs/x", "",
	} {
		if got, ok := Answer(Options{}, loose, strings.Fields(command)); ok {
			t.Errorf("git %s is answered: %+v", command, got)
		}
	}
}
