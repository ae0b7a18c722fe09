"""
Proves a memory plan from the IR: liveness is found anew, and nothing is taken from the code that
made the plan.
"""

from usmp_passes.verification.plan_check import check_plan as check_plan
