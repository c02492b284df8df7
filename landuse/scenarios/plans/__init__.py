"""Make clean-up plans of the scenarios a project file states: candidates, limits, the plan, before and after."""
