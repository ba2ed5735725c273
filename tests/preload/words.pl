# Counts, joins and sorts many strings.
use strict;
use warnings;

my ($state, %count) = (1);
for (1 .. 50000) {
    $state = ($state * 1103515245 + 12345) % 2**31;
    $count{"w" . ($state >> 18)}++;
}
my @words = sort { $count{$b} <=> $count{$a} || $a cmp $b } keys %count;
my $text = join(" ", map { $_ x $count{$_} } @words);
print scalar(@words), " ", length($text), " @words[0 .. 9]\n";
