package command

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"github.com/joho/godotenv"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/preview"
)

// previewFile is the file with values of secrets that need not be named.
const previewFile = ".sstc-preview.env"

func servePreview(e *env, args []string) int {
	flags := e.flags()
	var opts preview.Options
	var set, envFiles list
	var open, quiet bool
	flags.StringVar(&opts.Host, "host", "", "the `ADDRESS` to listen on (default this machine alone)")
	flags.IntVar(&opts.Port, "port", 0, fmt.Sprintf("the port `N` of the start page; the app has those after it (default %d, or others if it is in use)", preview.DefaultPort))
	flags.Var(&set, "set", "a secret or another parameter and its value, `NAME=VALUE`; repeatable")
	flags.Var(&envFiles, "env-file", "a `FILE` of such values (default "+previewFile+" beside the output directory or in the working directory); repeatable")
	flags.StringVar(&opts.Data, "data", "", "a `DIR` that keeps what is put into buckets (default nothing is kept)")
	flags.BoolVar(&open, "open", false, "open the start page in a browser")
	flags.BoolVar(&quiet, "quiet", false, "print the URLs, and no log")
	rest, err := parse(flags, args, 1)
	if err != nil {
		return e.flagError(flags, err)
	}
	opts.Out = "out"
	if len(rest) == 1 {
		opts.Out = rest[0]
	}
	if opts.Set, err = previewValues(opts.Out, envFiles.values, set.values); err != nil {
		fmt.Fprintf(e.stderr, "sstc preview: %v\n", err)
		return exitUser
	}
	if !quiet {
		opts.Log = func(entry preview.Entry) {
			if entry.Kind != "report" {
				fmt.Fprintln(e.stderr, entry)
			}
		}
	}
	ended := make(chan os.Signal, 1)
	signal.Notify(ended, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer signal.Stop(ended)

	for first := true; ; first = false {
		p, diags, err := preview.Start(opts)
		diag.Render(e.stderr, diags, func(string) []byte { return nil })
		if err != nil {
			fmt.Fprintf(e.stderr, "sstc preview: %v\n", err)
			return exitMachine
		}
		if p == nil {
			return exitUser
		}
		if first {
			printSites(e, p)
			if open {
				if err := browse(p.URL); err != nil {
					fmt.Fprintf(e.stderr, "sstc preview: no browser could be opened: %v\n", err)
				}
			}
		}
		select {
		case <-ended:
			p.Close()
			return exitDone
		case <-p.Changed():
			p.Close()
			opts.Port = p.Port // as it was
			fmt.Fprintln(e.stderr, "There is another build: it is served now.")
		}
	}
}

func printSites(e *env, p *preview.Preview) {
	fmt.Fprintf(e.stdout, "Start page  %s\n\n", p.URL)
	name, kind := 0, 0
	for _, s := range p.Sites {
		name, kind = max(name, len(s.Name)), max(kind, len(s.Kind))
	}
	for _, s := range p.Sites {
		fmt.Fprintf(e.stdout, "  %-*s  %-*s  %s\n", name, s.Name, kind, s.Kind, s.URL)
	}
	fmt.Fprintln(e.stdout, "\nCtrl-C ends the preview.")
}

// previewValues gathers the values of secrets and other parameters: those of
// files, then those of --set.
func previewValues(out string, files, set []string) (map[string]string, error) {
	values := map[string]string{}
	if len(files) == 0 {
		for _, name := range []string{filepath.Join(filepath.Dir(filepath.Clean(out)), previewFile), previewFile} {
			if _, err := os.Stat(name); !errors.Is(err, fs.ErrNotExist) {
				files = append(files, name)
				break
			}
		}
	}
	for _, name := range files {
		read, err := godotenv.Read(name)
		if err != nil {
			return nil, err
		}
		for k, v := range read {
			values[k] = v
		}
	}
	for _, s := range set {
		name, value, ok := strings.Cut(s, "=")
		if !ok {
			return nil, fmt.Errorf("--set takes NAME=VALUE, not %q", s)
		}
		values[name] = value
	}
	return values, nil
}

// browse opens a URL in the user's browser.
func browse(url string) error {
	var cmd *exec.Cmd
	switch runtime.GOOS {
	case "darwin":
		cmd = exec.Command("open", url)
	case "windows":
		cmd = exec.Command("rundll32", "url.dll,FileProtocolHandler", url)
	default:
		cmd = exec.Command("xdg-open", url)
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	go cmd.Wait()
	return nil
}
