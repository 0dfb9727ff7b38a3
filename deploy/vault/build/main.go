// Builds HashiCorp Vault from its published Go modules, as they are: nothing of ours is added.
package main

import (
	"os"

	"github.com/hashicorp/vault/command"
)

func main() {
	os.Exit(command.Run(os.Args[1:]))
}
